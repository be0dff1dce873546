metadata description = 'A monthly budget for the resource group. It warns; it stops nothing.'

@description('Name of the budget.')
param name string

@description('Amount for a month, in the currency of the subscription.')
param amount int

@description('First day of the budget, the first of the month in which it is made.')
param startDate string

@description('Address that is warned.')
param address string

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = {
  name: name
  properties: {
    amount: amount
    category: 'Cost'
    timeGrain: 'Monthly'
    timePeriod: {
      startDate: startDate
    }
    notifications: {
      spent: {
        enabled: true
        contactEmails: [address]
        operator: 'GreaterThan'
        threshold: 80
        thresholdType: 'Actual'
      }
      expected: {
        enabled: true
        contactEmails: [address]
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
      }
    }
  }
}

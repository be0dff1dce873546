using '../main.bicep'

// Every parameter as far from its default as it goes.
param name = 'sweepssofpolio'
param location = 'germanywestcentral'
param tags = {
  owner: 'modelling'
}
param hosting = 'containerapps'
param image = 'models/cold-functions@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
param instanceSize = 'large'
param minimumInstances = 1
param maximumInstances = 100
param tasksAtOnce = 32
param taskTimeoutSeconds = 82800
param uploadSeconds = 3598
param functionTimeoutSeconds = 86399
param executor = 'isolated_warm'
param recycleAfterTasks = 1
param recycleAfterMinutes = 10080
param bundleSource = 'oci'
param storageRedundancy = 'Standard_ZRS'
param resultsRetentionDays = 0
param jobsRetentionDays = 0
param logRetentionDays = 730
param alertAddress = 'on-call@example.org'
param alertOldestMessageMinutes = 10080
param alertFailurePercent = 100
param monthlyBudget = 1
param budgetStart = '2026-12-01'
param submitters = [
  {
    principalId: '33333333-3333-3333-3333-333333333333'
    principalType: 'Group'
  }
]

using '../main.bicep'

// Every parameter as far from its default as it goes.
param name = 'sweepssofpolio'
param location = 'germanywestcentral'
param tags = {
  owner: 'modelling'
}
param hosting = 'premium'
param image = 'models/cold-functions@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'
param instanceSize = 'large'
param minimumInstances = 20
param maximumInstances = 100
param tasksAtOnce = 32
param taskTimeoutSeconds = 1
param uploadSeconds = 3597
param functionTimeoutSeconds = 3599
param executor = 'isolated_warm'
param recycleAfterTasks = 0
param recycleAfterMinutes = 0
param bundleSource = 'oci'
param storageRedundancy = 'Standard_ZRS'
param resultsRetentionDays = 36500
param jobsRetentionDays = 0
param logRetentionDays = 730
param telemetryValues = true
param alertAddress = 'on-call@example.org'
param alertOldestMessageMinutes = 1
param alertFailurePercent = 0
param monthlyBudget = 10000000
param budgetStart = '2026-12-01'
param submitters = [
  {
    principalId: '11111111-1111-1111-1111-111111111111'
    principalType: 'User'
  }
  {
    principalId: '22222222-2222-2222-2222-222222222222'
    principalType: 'ServicePrincipal'
  }
]

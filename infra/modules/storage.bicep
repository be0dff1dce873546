metadata description = 'The storage account: the task queue, results, jobs and bundles, and when they are deleted. Reached by identity only.'

@description('Name of the storage account.')
@minLength(3)
@maxLength(24)
param name string

@description('Azure region.')
param location string

@description('Tags of the resource.')
param tags object

@description('How often and where the data is kept.')
param redundancy string

@description('Queue of the tasks. That of the jobs to be sent has the same name with -jobs, and the poison queues of both with -poison.')
param queueName string

@description('Container of the results.')
param resultsContainer string

@description('Container of jobs, outcomes and logs.')
param jobsContainer string

@description('Container of the bundles.')
param bundlesContainer string

@description('Days after which results are deleted, each with its attempts. 0: never.')
param resultsRetentionDays int

@description('Days after which jobs, outcomes, logs and refused messages are deleted. 0: never.')
param jobsRetentionDays int

@description('Log Analytics workspace that is told of each message put into the queue.')
param workspaceId string

resource account 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: redundancy
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2026-06-01' = {
  parent: account
  name: 'default'
  properties: {
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 7
    }
    deleteRetentionPolicy: {
      enabled: true
      days: 7
    }
  }
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-06-01' = [
  for container in [resultsContainer, jobsContainer, bundlesContainer]: {
    parent: blobs
    name: container
    properties: {
      publicAccess: 'None'
    }
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2026-06-01' = {
  parent: account
  name: 'default'
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2026-06-01' = [
  for queue in [queueName, '${queueName}-poison', '${queueName}-jobs', '${queueName}-jobs-poison']: {
    parent: queueService
    name: queue
  }
]

// A result and its attempts have one rule, so that no result is left whose artifacts are gone.
var expiries = [
  {
    name: 'results'
    prefix: '${resultsContainer}/'
    days: resultsRetentionDays
  }
  {
    name: 'jobs'
    prefix: '${jobsContainer}/'
    days: jobsRetentionDays
  }
]

// Always there, with both rules: a rule that a deployment leaves out goes on deleting, if an earlier one has made it.
resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2026-06-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: map(expiries, expiry => {
        name: expiry.name
        enabled: expiry.days > 0
        type: 'Lifecycle'
        definition: {
          filters: {
            blobTypes: ['blockBlob', 'appendBlob']
            prefixMatch: [expiry.prefix]
          }
          actions: {
            baseBlob: {
              delete: {
                daysAfterModificationGreaterThan: expiry.days > 0 ? expiry.days : 36500
              }
            }
          }
        }
      })
    }
  }
  dependsOn: [blobs]
}

// The alert on tasks that nobody takes compares messages put with signs of life: no metric of a queue tells its age.
#disable-next-line use-recent-api-versions // The only version with this shape; it has been a preview since 2021.
resource queueLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: queueService
  name: 'messages-put'
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'StorageWrite'
        enabled: true
      }
    ]
  }
}

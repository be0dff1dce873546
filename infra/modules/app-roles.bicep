metadata description = 'What the identity of the app may do: each role on the one resource that it is about.'

@description('Principal id of the identity.')
param principalId string

@description('Name of the storage account.')
param storageName string

@description('Queue of the tasks.')
param queueName string

@description('Name of the Application Insights component.')
param insightsName string

var roles = {
  blobOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // Storage Blob Data Owner
  tableContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // Storage Table Data Contributor
  queueContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88' // Storage Queue Data Contributor
  metricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb' // Monitoring Metrics Publisher
}

resource account 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
  name: storageName

  resource queueService 'queueServices' existing = {
    name: 'default'

    resource tasks 'queues' existing = {
      name: queueName
    }

    resource poison 'queues' existing = {
      name: '${queueName}-poison'
    }

    resource jobs 'queues' existing = {
      name: '${queueName}-jobs'
    }

    resource jobsPoison 'queues' existing = {
      name: '${queueName}-jobs-poison'
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

// The Functions host keeps its leases and keys in containers that it makes itself, so this one is on the account.
resource blobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, principalId, roles.blobOwner)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobOwner)
  }
}

// The host writes its diagnostic events to a table of its own making.
resource tables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, principalId, roles.tableContributor)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.tableContributor)
  }
}

// To take messages is not enough: leases are renewed, and messages given back, by writing.
resource tasks 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::queueService::tasks
  name: guid(account::queueService::tasks.id, principalId, roles.queueContributor)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.queueContributor)
  }
}

resource poison 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::queueService::poison
  name: guid(account::queueService::poison.id, principalId, roles.queueContributor)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.queueContributor)
  }
}

resource jobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::queueService::jobs
  name: guid(account::queueService::jobs.id, principalId, roles.queueContributor)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.queueContributor)
  }
}

resource jobsPoison 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::queueService::jobsPoison
  name: guid(account::queueService::jobsPoison.id, principalId, roles.queueContributor)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.queueContributor)
  }
}

resource telemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, principalId, roles.metricsPublisher)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.metricsPublisher)
  }
}

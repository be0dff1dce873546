metadata description = 'What somebody who submits may do: put messages, write jobs and bundles, read results.'

import { Submitter } from 'submitter.bicep'

@description('Who submits.')
param submitter Submitter

@description('Name of the storage account.')
param storageName string

@description('Queue of the tasks.')
param queueName string

@description('Container of the results.')
param resultsContainer string

@description('Container of jobs, outcomes and logs.')
param jobsContainer string

@description('Container of the bundles.')
param bundlesContainer string

@description('Name of the registry, when bundles are kept there; otherwise empty.')
param registryName string

var roles = {
  messageSender: 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a' // Storage Queue Data Message Sender
  blobContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe' // Storage Blob Data Contributor
  blobReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1' // Storage Blob Data Reader
  registryPush: '8311e382-0749-4cb8-b61a-304f252e45ec' // AcrPush
}

resource account 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
  name: storageName

  resource queueService 'queueServices' existing = {
    name: 'default'

    resource tasks 'queues' existing = {
      name: queueName
    }

    resource largeJobs 'queues' existing = {
      name: '${queueName}-jobs'
    }
  }

  resource blobService 'blobServices' existing = {
    name: 'default'

    resource results 'containers' existing = {
      name: resultsContainer
    }

    resource jobs 'containers' existing = {
      name: jobsContainer
    }

    resource bundles 'containers' existing = {
      name: bundlesContainer
    }
  }
}

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' existing = if (!empty(registryName)) {
  name: registryName
}

resource send 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::queueService::tasks
  name: guid(account::queueService::tasks.id, submitter.principalId, roles.messageSender)
  properties: {
    principalId: submitter.principalId
    principalType: submitter.principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.messageSender)
  }
}

resource sendLargeJobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::queueService::largeJobs
  name: guid(account::queueService::largeJobs.id, submitter.principalId, roles.messageSender)
  properties: {
    principalId: submitter.principalId
    principalType: submitter.principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.messageSender)
  }
}

resource readResults 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::blobService::results
  name: guid(account::blobService::results.id, submitter.principalId, roles.blobReader)
  properties: {
    principalId: submitter.principalId
    principalType: submitter.principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobReader)
  }
}

resource writeJobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::blobService::jobs
  name: guid(account::blobService::jobs.id, submitter.principalId, roles.blobContributor)
  properties: {
    principalId: submitter.principalId
    principalType: submitter.principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobContributor)
  }
}

resource writeBundles 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::blobService::bundles
  name: guid(account::blobService::bundles.id, submitter.principalId, roles.blobContributor)
  properties: {
    principalId: submitter.principalId
    principalType: submitter.principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobContributor)
  }
}

resource pushBundles 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(registryName)) {
  scope: registry
  name: guid(registry.id, submitter.principalId, roles.registryPush)
  properties: {
    principalId: submitter.principalId
    principalType: submitter.principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.registryPush)
  }
}

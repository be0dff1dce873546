metadata description = 'Hosting `premium`: an Elastic Premium plan, and the function app with our image.'

@description('Name of the plan.')
param planName string

@description('Name of the function app.')
param appName string

@description('Azure region.')
param location string

@description('Tags of the resources.')
param tags object

@description('Size of an instance: EP1, EP2 or EP3.')
param sku string

@description('Instances that are always there.')
param minimumInstances int

@description('Most instances at once.')
param maximumInstances int

@description('Image of the app, with its registry.')
param image string

@description('Resource id of the identity of the app.')
param identityId string

@description('Client id of that identity.')
param identityClientId string

@description('Settings of the app.')
param appSettings { name: string, value: string }[]

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'elastic'
  sku: {
    name: sku
    tier: 'ElasticPremium'
    family: 'EP'
    capacity: minimumInstances
  }
  properties: {
    maximumElasticWorkerCount: maximumInstances
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: appName
  location: location
  tags: tags
  kind: 'functionapp,linux,container'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    clientAffinityEnabled: false
    httpsOnly: true
    serverFarmId: plan.id
    siteConfig: {
      acrUseManagedIdentityCreds: true
      acrUserManagedIdentityID: identityClientId
      appSettings: concat(appSettings, [
        {
          name: 'FUNCTIONS_EXTENSION_VERSION'
          value: '~4'
        }
        {
          name: 'WEBSITES_ENABLE_APP_SERVICE_STORAGE' // /home is the image's own
          value: 'false'
        }
        {
          name: 'WEBSITES_PORT'
          value: '80'
        }
        {
          name: 'WEBSITES_CONTAINER_START_TIME_LIMIT' // seconds; the image is large
          value: '600'
        }
        {
          name: 'WEBSITES_CONTAINER_STOP_TIME_LIMIT' // seconds; by default 5, and messages are given back after 12
          value: '120'
        }
      ])
      ftpsState: 'Disabled'
      functionAppScaleLimit: maximumInstances
      healthCheckPath: '/api/health'
      http20Enabled: true
      linuxFxVersion: 'DOCKER|${image}'
      minimumElasticInstanceCount: minimumInstances
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
    }
  }
}

// Nobody publishes with a password: the image comes from the registry.
resource ftp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource scm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

@description('Name of the function app.')
output appName string = app.name

@description('Host name of the function app.')
output hostName string = app.properties.defaultHostName

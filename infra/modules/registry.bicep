metadata description = 'The container registry: the image of the app and, where wanted, the bundles. Reached by identity only.'

@description('Name of the registry.')
@minLength(5)
@maxLength(50)
param name string

@description('Azure region.')
param location string

@description('Tags of the resource.')
param tags object

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: 'Basic'
  }
  properties: {
    adminUserEnabled: false
    anonymousPullEnabled: false
    policies: {
      // The function app asks for its image with a token of this audience.
      azureADAuthenticationAsArmPolicy: {
        status: 'enabled'
      }
    }
    // The role AcrPull counts only in this mode.
    roleAssignmentMode: 'LegacyRegistryPermissions'
  }
}

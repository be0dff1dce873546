metadata description = 'The identity of the function app: what it may do is said by role assignments, each on its resource.'

@description('Name of the identity.')
param name string

@description('Azure region.')
param location string

@description('Tags of the resource.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id of the identity.')
output id string = identity.id

@description('Client id, by which the app asks for this identity.')
output clientId string = identity.properties.clientId

@description('Principal id, to which roles are given.')
output principalId string = identity.properties.principalId

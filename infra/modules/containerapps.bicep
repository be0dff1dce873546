metadata description = 'Hosting `containerapps`: a Container Apps environment, and the native function app with our image.'

@description('Name of the environment.')
param environmentName string

@description('Name of the container app.')
param appName string

@description('Azure region.')
param location string

@description('Tags of the resources.')
param tags object

@description('Processors of a replica.')
param cpu string

@description('Memory of a replica.')
param memory string

@description('Replicas that are always there. 0: none while the queue is empty.')
param minimumInstances int

@description('Most replicas at once.')
param maximumInstances int

@description('Seconds between the order to stop and the end of a replica.')
param terminationGraceSeconds int

@description('Image of the app, with its registry.')
param image string

@description('The registry.')
param registryServer string

@description('Resource id of the identity that pulls the image.')
param pullIdentityId string

@description('Settings of the app.')
param appSettings { name: string, value: string }[]

@description('Log Analytics workspace for the logs of the platform, which tell whether the scaler exists.')
param workspaceId string

resource environment 'Microsoft.App/managedEnvironments@2026-07-01' = {
  name: environmentName
  location: location
  tags: tags
  properties: {
    appLogsConfiguration: {
      destination: 'azure-monitor' // log-analytics would need the key of the workspace
    }
    workloadProfiles: [
      {
        name: 'Consumption'
        workloadProfileType: 'Consumption'
      }
    ]
    zoneRedundant: false
  }
}

#disable-next-line use-recent-api-versions // The only version with this shape; it has been a preview since 2021.
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: environment
  name: 'platform-logs'
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'ContainerAppSystemLogs'
        enabled: true
      }
    ]
  }
}

resource app 'Microsoft.App/containerApps@2026-07-01' = {
  name: appName
  location: location
  tags: tags
  kind: 'functionapp'
  // The scaler finds the queue only by the system-assigned identity; the other one pulls the image, before the app exists.
  identity: {
    type: 'SystemAssigned, UserAssigned'
    userAssignedIdentities: {
      '${pullIdentityId}': {}
    }
  }
  properties: {
    environmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        allowInsecure: false
        external: true
        targetPort: 80
      }
      registries: [
        {
          identity: pullIdentityId
          server: registryServer
        }
      ]
    }
    template: {
      containers: [
        {
          name: 'app'
          image: image
          env: appSettings
          resources: {
            cpu: json(cpu)
            memory: memory
          }
          // The sign of life that the alerts look for. It ends a replica only after half an hour: health is bad too while
          // storage is away, and the tasks that run then are to go on. It is not for readiness: the app is deployed when its
          // revision is ready, healthy when it has its roles, and given those when it is deployed; and while it is not ready,
          // /api/health/details could tell nobody why.
          probes: [
            {
              type: 'Liveness'
              httpGet: {
                path: '/api/health'
                port: 80
              }
              periodSeconds: 180
              timeoutSeconds: 10
              failureThreshold: 10
            }
          ]
        }
      ]
      scale: {
        minReplicas: minimumInstances
        maxReplicas: maximumInstances
      }
      terminationGracePeriodSeconds: terminationGraceSeconds
    }
  }
  dependsOn: [logs]
}

@description('Name of the container app.')
output appName string = app.name

@description('Host name of the container app.')
output hostName string = app.properties.configuration.ingress.fqdn

@description('Principal id of the system-assigned identity, to which the roles of the app are given.')
output principalId string = app.identity.principalId

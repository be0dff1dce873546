metadata name = 'ModelOps Cold Functions'
metadata description = 'Runs each simulation of a sweep in a fresh Python process. One resource group, identities and roles only: no key anywhere.'

targetScope = 'resourceGroup'

import { Submitter } from 'modules/submitter.bicep'

@description('Name of this deployment, from which all names are made: 2 to 14 lower-case letters and digits, a letter first.')
param name string

@description('Azure region.')
param location string = resourceGroup().location

@description('Tags for every resource, besides `app` and `name`.')
param tags object = {}

@description('Where the app runs. `premium`: Elastic Premium, for tasks of up to an hour, never without an instance. `containerapps`: a native function app in Container Apps, which scales to zero.')
@allowed(['premium', 'containerapps'])
param hosting string = 'premium'

@description('Image of the app in our registry, as `<repository>:<tag>` or `<repository>@sha256:<digest>`; the tag `latest` is refused. Empty: everything but the app is made, so that there is a registry to push the image to.')
@maxLength(256)
param image string = ''

@description('Size of an instance. premium: EP1, EP2 or EP3 with 3.5, 7 or 14 GB. containerapps: 1, 2 or 4 processors with 2, 4 or 8 GiB.')
@allowed(['small', 'medium', 'large'])
param instanceSize string = 'small'

@description('Instances that are always there; premium needs 1 to 20. With 0 the app sleeps while the queue is empty.')
@minValue(0)
@maxValue(100)
param minimumInstances int = hosting == 'premium' ? 1 : 0

@description('Most instances at once: what a sweep can cost is this number times the price of an instance.')
@minValue(1)
@maxValue(100)
param maximumInstances int = 20

@description('Tasks at once on one instance. They share its memory.')
@minValue(1)
@maxValue(32)
param tasksAtOnce int = 1

@description('Seconds a task may run.')
@minValue(1)
@maxValue(82800)
param taskTimeoutSeconds int = hosting == 'premium' ? 3000 : 420

@description('Seconds kept free, after the longest task, for its bundle and the upload of its results.')
@minValue(30)
@maxValue(3600)
param uploadSeconds int = hosting == 'premium' ? 300 : 120

@description('Seconds after which the host gives up an invocation. Must be above the two before it, and below the grace that the hosting gives when it takes an instance away: 3600 for premium, 600 for containerapps with no instance that is always there.')
@minValue(60)
@maxValue(86399)
param functionTimeoutSeconds int = hosting == 'premium' ? 3540 : 570

@description('How tasks run. `cold`: a fresh process for each. `isolated_warm`: processes are reused.')
@allowed(['cold', 'isolated_warm'])
param executor string = 'cold'

@description('Tasks after which the Node worker is replaced. 0: never.')
@minValue(0)
@maxValue(1000000)
param recycleAfterTasks int = 50

@description('Minutes after which the Node worker is replaced. 0: never.')
@minValue(0)
@maxValue(10080)
param recycleAfterMinutes int = 60

@description('Where bundles are kept: `blob`, a container of the storage account, or `oci`, our registry below `bundles/`.')
@allowed(['blob', 'oci'])
param bundleSource string = 'blob'

@description('How the data is kept: in one data centre, or in three zones of the region.')
@allowed(['Standard_LRS', 'Standard_ZRS'])
param storageRedundancy string = 'Standard_LRS'

@description('Days after which results are deleted, each with its attempts, counted from when they were written. 0: never.')
@minValue(0)
@maxValue(36500)
param resultsRetentionDays int = 365

@description('Days after which jobs are deleted, with outcomes, logs and refused messages. 0: never.')
@minValue(0)
@maxValue(36500)
param jobsRetentionDays int = 90

@description('Days for which Log Analytics keeps what the platform says, and what the app and the host say: that for at least 90 days, as Azure does with the tables of Application Insights.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Whether what is sent to Application Insights holds parameter values, seeds, scenarios and what errors of simulations say.')
param telemetryValues bool = false

@description('E-mail address for alerts and the budget. Empty: alerts show in the portal only, and there is no budget.')
@maxLength(254)
param alertAddress string = ''

@description('Alert when a message waited this many minutes for its first delivery.')
@minValue(1)
@maxValue(10080)
param alertOldestMessageMinutes int = 240

@description('Alert when more than this percentage of the tasks of an hour fail.')
@minValue(0)
@maxValue(100)
param alertFailurePercent int = 20

@description('Monthly budget of the resource group, in the currency of the subscription; it warns at 80 % and when more than all of it is to be expected. Only with an alert address. 0: none.')
@minValue(0)
@maxValue(10000000)
param monthlyBudget int = 500

@description('First day of the budget: the first of a month. Azure changes the start of no budget: a deployment in a later month must give the one of the first, as `mops-cold deploy up` does.')
@minLength(10)
@maxLength(10)
param budgetStart string = utcNow('yyyy-MM-01')

@description('Who submits: they may put tasks, write jobs and bundles, and read results.')
@maxLength(50)
param submitters Submitter[] = []

// What contradicts itself is refused here, before anything is made, with a sentence for each problem.

var letters = 'abcdefghijklmnopqrstuvwxyz'
var strangers = filter(
  map(range(0, length(name)), at => substring(name, at, 1)),
  character => !contains('${letters}0123456789', character)
)
var nameIsGood = length(name) >= 2 && length(name) <= 14 && empty(strangers) && contains(
  letters,
  substring('${name}-', 0, 1)
)
var imageIsPinned = empty(image) || (contains(image, ':') && !endsWith(image, ':latest'))
var grace = hosting == 'premium' ? 3600 : minimumInstances > 0 ? 86400 : 600
var hasBudget = !empty(alertAddress) && monthlyBudget > 0
var problems = filter(
  [
    nameIsGood
      ? ''
      : 'name is "${name}": it must be 2 to 14 lower-case letters and digits, a letter first, because the storage account is called st<name> with 8 more characters and Azure allows it 24'
    imageIsPinned
      ? ''
      : 'image is "${image}": it must name one image, as in cold-functions:1.0.0 or cold-functions@sha256:…; without a tag, or with latest, nobody could tell what runs'
    hosting != 'premium' || minimumInstances > 0
      ? ''
      : 'minimumInstances is 0: hosting premium has at least 1 instance always there; give 1, or use hosting containerapps'
    hosting != 'premium' || minimumInstances <= 20
      ? ''
      : 'minimumInstances is ${minimumInstances}: hosting premium has at most 20 always there'
    minimumInstances <= maximumInstances
      ? ''
      : 'minimumInstances is ${minimumInstances} and maximumInstances ${maximumInstances}: the first must not be above the second'
    taskTimeoutSeconds + uploadSeconds < functionTimeoutSeconds
      ? ''
      : 'taskTimeoutSeconds is ${taskTimeoutSeconds} and uploadSeconds ${uploadSeconds}: together they must be below functionTimeoutSeconds, which is ${functionTimeoutSeconds}, or the host would end tasks that are still allowed to run'
    functionTimeoutSeconds < grace
      ? ''
      : hosting == 'premium'
          ? 'functionTimeoutSeconds is ${functionTimeoutSeconds}: it must be below 3600, because premium takes an instance away 60 minutes after it has decided to'
          : 'functionTimeoutSeconds is ${functionTimeoutSeconds}: it must be below 600, because Container Apps takes a replica away 10 minutes after it has decided to; for longer tasks keep one there (minimumInstances at least 1), or use hosting premium'
  ],
  problem => !empty(problem)
)
var goodName = empty(problems) ? name : fail('Cannot deploy. ${join(problems, '. ')}')

var unique = take(uniqueString(resourceGroup().id, goodName), 8)
var allTags = union(tags, { app: 'modelops-cold-functions', name: goodName })
var storageName = 'st${goodName}${unique}'
var registryName = 'cr${goodName}${unique}'
var insightsName = 'appi-${goodName}-${unique}'
var isPremium = hosting == 'premium'
var hasApp = !empty(image)

// The names that the app has by itself, too.
var queueName = 'simulation-tasks'
var resultsContainer = 'results'
var jobsContainer = 'jobs'
var bundlesContainer = 'bundles'

var registryServer = '${registryName}${environment().suffixes.acrLoginServer}'
var storageSuffix = environment().suffixes.storage
var fullImage = '${registryServer}/${image}'
var functionTimeout = '${padLeft(functionTimeoutSeconds / 3600, 2, '0')}:${padLeft(functionTimeoutSeconds % 3600 / 60, 2, '0')}:${padLeft(functionTimeoutSeconds % 60, 2, '0')}'

module identity 'modules/identity.bicep' = {
  params: {
    name: 'id-${goodName}-${unique}'
    location: location
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    workspaceName: 'log-${goodName}-${unique}'
    insightsName: insightsName
    location: location
    tags: allTags
    retentionDays: logRetentionDays
  }
}

module savedQueries 'modules/saved-queries.bicep' = {
  params: {
    workspaceName: 'log-${goodName}-${unique}'
  }
  dependsOn: [monitoring]
}

module storage 'modules/storage.bicep' = {
  params: {
    name: storageName
    location: location
    tags: allTags
    redundancy: storageRedundancy
    queueName: queueName
    resultsContainer: resultsContainer
    jobsContainer: jobsContainer
    bundlesContainer: bundlesContainer
    resultsRetentionDays: resultsRetentionDays
    jobsRetentionDays: jobsRetentionDays
    workspaceId: monitoring.outputs.workspaceId
  }
}

module registry 'modules/registry.bicep' = {
  params: {
    name: registryName
    location: location
    tags: allTags
  }
}

module pull 'modules/pull-role.bicep' = {
  params: {
    registryName: registryName
    // An assignment is named for its principal, which exists only once its identity does: an identity made anew gets its own.
    #disable-next-line what-if-short-circuiting
    principalId: identity.outputs.principalId
  }
  dependsOn: [registry]
}

var bundleSettings = bundleSource == 'oci'
  ? [{ name: 'MODELOPS_BUNDLE_REGISTRY', value: '${registryServer}/bundles' }]
  : [{ name: 'MODELOPS_BUNDLES_CONTAINER', value: bundlesContainer }]

var appSettings = concat(
  [
    { name: 'FUNCTIONS_WORKER_RUNTIME', value: 'node' }
    { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
    { name: 'AzureWebJobsStorage__blobServiceUri', value: 'https://${storageName}.blob.${storageSuffix}' }
    { name: 'AzureWebJobsStorage__queueServiceUri', value: 'https://${storageName}.queue.${storageSuffix}' }
    { name: 'AzureWebJobsStorage__tableServiceUri', value: 'https://${storageName}.table.${storageSuffix}' }
    { name: 'AzureFunctionsJobHost__functionTimeout', value: functionTimeout }
    { name: 'AzureFunctionsJobHost__extensions__queues__batchSize', value: string(tasksAtOnce) }
    // Above 0 the host would fetch messages while a worker is replaced, and burn their deliveries.
    { name: 'AzureFunctionsJobHost__extensions__queues__newBatchThreshold', value: '0' }
    // The alerts count: nothing may be left out.
    { name: 'AzureFunctionsJobHost__logging__applicationInsights__samplingSettings__isEnabled', value: 'false' }
    { name: 'MODELOPS_ENV', value: goodName }
    { name: 'MODELOPS_TELEMETRY_VALUES', value: telemetryValues ? 'true' : 'false' }
    { name: 'MODELOPS_AZURE_STORAGE_ACCOUNT', value: 'https://${storageName}.blob.${storageSuffix}' }
    { name: 'MODELOPS_QUEUE_NAME', value: queueName }
    { name: 'MODELOPS_QUEUE_CONNECTION', value: 'AzureWebJobsStorage' }
    { name: 'MODELOPS_AZURE_CONTAINER', value: resultsContainer }
    { name: 'MODELOPS_JOBS_CONTAINER', value: jobsContainer }
    { name: 'MODELOPS_BUNDLE_SOURCE', value: bundleSource }
    { name: 'MODELOPS_EXECUTOR_TYPE', value: executor }
    { name: 'MODELOPS_TASK_TIMEOUT_SECONDS', value: string(taskTimeoutSeconds) }
    { name: 'MODELOPS_RECYCLE_AFTER_TASKS', value: string(recycleAfterTasks) }
    { name: 'MODELOPS_RECYCLE_AFTER_MINUTES', value: string(recycleAfterMinutes) }
  ],
  bundleSettings,
  isPremium
    ? []
    : [
        {
          // A replica has a disk of 4 GiB, with more than one processor 8. The other half is for the working copies of tasks.
          name: 'MODELOPS_BUNDLES_CACHE_BYTES'
          value: { small: '2147483648', medium: '4294967296', large: '4294967296' }[instanceSize]
        }
      ]
)

module premiumRoles 'modules/app-roles.bicep' = if (isPremium) {
  params: {
    #disable-next-line what-if-short-circuiting
    principalId: identity.outputs.principalId
    storageName: storageName
    queueName: queueName
    insightsName: insightsName
  }
  dependsOn: [storage, monitoring]
}

module premium 'modules/premium.bicep' = if (isPremium && hasApp) {
  params: {
    planName: 'plan-${goodName}-${unique}'
    appName: 'func-${goodName}-${unique}'
    location: location
    tags: allTags
    sku: { small: 'EP1', medium: 'EP2', large: 'EP3' }[instanceSize]
    minimumInstances: minimumInstances
    maximumInstances: maximumInstances
    image: fullImage
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    appSettings: concat(appSettings, [
      { name: 'AzureWebJobsStorage__clientId', value: identity.outputs.clientId }
      { name: 'AZURE_CLIENT_ID', value: identity.outputs.clientId }
      { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: monitoring.outputs.connectionString }
      {
        name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING'
        value: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
      }
    ])
  }
  // It starts at once, and needs its roles by then.
  dependsOn: [premiumRoles, pull]
}

module containerapps 'modules/containerapps.bicep' = if (!isPremium && hasApp) {
  params: {
    environmentName: 'cae-${goodName}-${unique}'
    appName: 'ca-${goodName}-${unique}'
    location: location
    tags: allTags
    cpu: { small: '1', medium: '2', large: '4' }[instanceSize]
    memory: { small: '2Gi', medium: '4Gi', large: '8Gi' }[instanceSize]
    minimumInstances: minimumInstances
    maximumInstances: maximumInstances
    terminationGraceSeconds: 600
    image: fullImage
    registryServer: registryServer
    pullIdentityId: identity.outputs.id
    workspaceId: monitoring.outputs.workspaceId
    appSettings: concat(appSettings, [
      { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: monitoring.outputs.connectionString }
      { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'Authorization=AAD' }
    ])
  }
  dependsOn: [pull, storage]
}

module containerappsRoles 'modules/app-roles.bicep' = if (!isPremium && hasApp) {
  params: {
    #disable-next-line what-if-short-circuiting
    principalId: containerapps!.outputs.principalId
    storageName: storageName
    queueName: queueName
    insightsName: insightsName
  }
  dependsOn: [storage]
}

module containerappsPull 'modules/pull-role.bicep' = if (!isPremium && hasApp && bundleSource == 'oci') {
  params: {
    registryName: registryName
    #disable-next-line what-if-short-circuiting
    principalId: containerapps!.outputs.principalId
  }
  dependsOn: [registry]
}

module submitterRoles 'modules/submitter-roles.bicep' = [
  for submitter in submitters: {
    params: {
      submitter: submitter
      storageName: storageName
      queueName: queueName
      resultsContainer: resultsContainer
      jobsContainer: jobsContainer
      bundlesContainer: bundlesContainer
      registryName: bundleSource == 'oci' ? registryName : ''
    }
    dependsOn: [storage, registry]
  }
]

module alerts 'modules/alerts.bicep' = if (hasApp) {
  params: {
    prefix: 'alert-${goodName}-${unique}'
    location: location
    tags: allTags
    workspaceId: monitoring.outputs.workspaceId
    address: alertAddress
    oldestMessageMinutes: alertOldestMessageMinutes
    failurePercent: alertFailurePercent
    alwaysThere: minimumInstances > 0
  }
}

module budget 'modules/budget.bicep' = if (hasBudget) {
  params: {
    name: 'budget-${goodName}-${unique}'
    amount: monthlyBudget
    startDate: budgetStart
    address: alertAddress
  }
}

@description('Storage account of queue, results, jobs and bundles.')
output storageAccount string = storageName

@description('Queue of the tasks.')
output queue string = queueName

@description('Registry to which the image, and with bundleSource oci the bundles, are pushed.')
output registry string = registryServer

@description('Name of the function app. Empty while there is no image.')
output appName string = !hasApp ? '' : isPremium ? premium!.outputs.appName : containerapps!.outputs.appName

@description('Where anybody sees whether it runs. Empty while there is no image.')
output healthUrl string = !hasApp
  ? ''
  : 'https://${isPremium ? premium!.outputs.hostName : containerapps!.outputs.hostName}/api/health'

@description('Client id of the user-assigned identity.')
output identityClientId string = identity.outputs.clientId

@description('Customer id of the Log Analytics workspace, which keeps the logs of the app and of the platform; `mops-cold deploy check` asks it for the scaler.')
output workspaceCustomerId string = monitoring.outputs.workspaceCustomerId

@description('Image of the app, with its registry. Empty while there is none.')
output image string = hasApp ? fullImage : ''

@description('Principal id of the identity by which the app reaches queue, storage and telemetry. Empty while there is no such identity.')
output appPrincipalId string = isPremium
  ? identity.outputs.principalId
  : hasApp ? containerapps!.outputs.principalId : ''

@description('Principal id of the identity that pulls the image.')
output pullPrincipalId string = identity.outputs.principalId

@description('Settings that the app was given, by name, to compare with those that it has.')
output appSettings object = toObject(hasApp ? appSettings : [], setting => setting.name, setting => setting.value)

@description('What was asked for, as far as it can be compared with what runs.')
output asked object = {
  hosting: hosting
  minimumInstances: minimumInstances
  executor: executor
  bundleSource: bundleSource
  taskTimeoutSeconds: taskTimeoutSeconds
  uploadSeconds: uploadSeconds
  budgetStart: hasBudget ? budgetStart : ''
}

/** What Azure allows as the last part of a resource's name. */
export const nameRules: Record<string, RegExp> = {
  'Microsoft.App/containerApps': /^(?!.*--)[a-z][a-z0-9-]{0,30}[a-z0-9]$/,
  'Microsoft.App/managedEnvironments': /^[a-z][a-z0-9-]{0,58}[a-z0-9]$/,
  'Microsoft.Authorization/roleAssignments': /^(<guid of .*>|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/s,
  'Microsoft.Consumption/budgets': /^[A-Za-z0-9_-]{1,63}$/,
  'Microsoft.ContainerRegistry/registries': /^[a-zA-Z0-9]{5,50}$/,
  'Microsoft.Insights/actionGroups': /^[A-Za-z0-9-]{1,260}$/,
  'Microsoft.Insights/components': /^[A-Za-z0-9-]{1,260}$/,
  'Microsoft.Insights/diagnosticSettings': /^[A-Za-z0-9-]{1,260}$/,
  'Microsoft.Insights/scheduledQueryRules': /^[A-Za-z0-9-]{1,260}$/,
  'Microsoft.ManagedIdentity/userAssignedIdentities': /^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$/,
  'Microsoft.OperationalInsights/workspaces': /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
  'Microsoft.Storage/storageAccounts': /^[a-z0-9]{3,24}$/,
  'Microsoft.Storage/storageAccounts/blobServices': /^default$/,
  'Microsoft.Storage/storageAccounts/blobServices/containers': /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  'Microsoft.Storage/storageAccounts/managementPolicies': /^default$/,
  'Microsoft.Storage/storageAccounts/queueServices': /^default$/,
  'Microsoft.Storage/storageAccounts/queueServices/queues': /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  'Microsoft.Web/serverfarms': /^[A-Za-z0-9-]{1,60}$/,
  // Azure allows 60; the Functions host tells apps on one storage account apart by the first 32.
  'Microsoft.Web/sites': /^[a-z0-9][a-z0-9-]{0,30}[a-z0-9]$/,
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies': /^(ftp|scm)$/,
};

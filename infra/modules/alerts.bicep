metadata description = 'Alerts from what the app says of its tasks. Not from failed executions of the host: each invocation that is held for the recycling of a busy worker is one, of executions at most batchSize / (MODELOPS_RECYCLE_AFTER_TASKS + batchSize - 1): 2 % with 1 at a time and the default of 50 tasks, 25 % with 16.'

@description('What the names of the rules begin with.')
param prefix string

@description('Azure region.')
param location string

@description('Tags of the resources.')
param tags object

@description('Log Analytics workspace that is asked.')
param workspaceId string

@description('Address that is told. Empty: the alerts show in the portal only.')
param address string

@description('Minutes a message may wait for its first delivery.')
param oldestMessageMinutes int

@description('Percentage of tasks that may fail.')
param failurePercent int

@description('Whether an instance is always there, so that silence alone is an alert.')
param alwaysThere bool

var rules = [
  {
    name: 'given-up'
    severity: 1
    description: 'The queue has given up a message: every delivery of it met trouble outside the task. It is kept in the jobs container under refused/.'
    query: loadTextContent('../queries/given-up.kql')
    window: 'PT15M'
    aggregation: 'Count'
    column: null
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'oldest-message'
    severity: 2
    description: 'A message waited ${oldestMessageMinutes} minutes or longer for its first delivery: there are too few instances for what is queued.'
    query: loadTextContent('../queries/oldest-message.kql')
    window: 'PT15M'
    aggregation: 'Maximum'
    column: 'waitedMinutes'
    operator: 'GreaterThanOrEqual'
    threshold: oldestMessageMinutes
  }
  {
    name: 'failure-share'
    severity: 2
    description: 'More than ${failurePercent} % of the tasks of an hour did not succeed.'
    query: loadTextContent('../queries/failure-share.kql')
    window: 'PT1H'
    aggregation: 'Maximum'
    column: 'failedPercent'
    operator: 'GreaterThan'
    threshold: failurePercent
  }
  {
    name: 'leaks'
    severity: 1
    description: 'A reused process answered a task otherwise than fresh ones: its bundle leaks state from task to task, and runs cold from then on. `mops-cold diagnose --job <job>` finds the variable.'
    query: loadTextContent('../queries/leaks.kql')
    window: 'PT15M'
    aggregation: 'Count'
    column: null
    operator: 'GreaterThan'
    threshold: 0
  }
  alwaysThere
    ? {
        name: 'no-heartbeat'
        severity: 1
        description: 'No instance has said for 15 minutes that it is healthy: no tasks are run. /api/health/details says why, if anything answers.'
        query: loadTextContent('../queries/heartbeat.kql')
        window: 'PT15M'
        aggregation: 'Count'
        column: null
        operator: 'LessThan'
        threshold: 1
      }
    : {
        name: 'no-heartbeat'
        severity: 1
        description: 'Messages were put into the queue, and no instance has come for them: look whether the scaler exists (`mops-cold deploy check`).'
        query: loadTextContent('../queries/unanswered.kql')
        window: 'PT1H'
        aggregation: 'Count'
        column: null
        operator: 'GreaterThan'
        threshold: 0
      }
]

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(address)) {
  name: '${prefix}-alerts'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'mops-cold'
    emailReceivers: [
      {
        name: 'address'
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in rules: {
    name: '${prefix}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: '${prefix}-${rule.name}'
      description: rule.description
      severity: rule.severity
      enabled: true
      evaluationFrequency: 'PT5M'
      windowSize: rule.window
      scopes: [workspaceId]
      // The tables exist from the first line on, and the rules before it. A query over a table that is not there fails, and a rule
      // whose query fails for a week is turned off: hence the empty table in each.
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: rule.aggregation
            ...(rule.column == null ? {} : { metricMeasureColumn: rule.column })
            operator: rule.operator
            threshold: rule.threshold
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: empty(address) ? [] : [group.id]
      }
    }
  }
]

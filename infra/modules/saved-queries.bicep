metadata description = 'What one asks of a running app, saved where its logs are: is it healthy, why was this task slow, what fails.'

@description('Name of the Log Analytics workspace.')
param workspaceName string

var queries = [
  {
    name: 'healthy'
    title: 'Is it healthy?'
    query: loadTextContent('../queries/saved/healthy.kql')
  }
  {
    name: 'slow-tasks'
    title: 'Why was this task slow?'
    query: loadTextContent('../queries/saved/slow-tasks.kql')
  }
  {
    name: 'failures'
    title: 'What fails?'
    query: loadTextContent('../queries/saved/failures.kql')
  }
]

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' existing = {
  name: workspaceName
}

resource saved 'Microsoft.OperationalInsights/workspaces/savedSearches@2026-03-01' = [
  for query in queries: {
    parent: workspace
    name: query.name
    properties: {
      category: 'ModelOps Cold Functions'
      displayName: query.title
      query: query.query
      version: 2
    }
  }
]

metadata description = 'What one asks of a running app, saved where its logs are: is it healthy, why was this task slow, what fails, what leaks.'

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
  {
    name: 'leaks'
    title: 'What leaks?'
    query: loadTextContent('../queries/saved/leaks.kql')
  }
]

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' existing = {
  name: workspaceName
}

#disable-next-line use-recent-api-versions // The one by which Microsoft's own module replaces what is there.
resource saved 'Microsoft.OperationalInsights/workspaces/savedSearches@2020-08-01' = [
  for query in queries: {
    parent: workspace
    name: query.name
    properties: {
      // Without it, a deployment that finds the query there already fails with 409. Outside of the properties, where the type has
      // it, the deployment itself is refused.
      #disable-next-line BCP037
      etag: '*'
      category: 'ModelOps Cold Functions'
      displayName: query.title
      query: query.query
      version: 2
    }
  }
]

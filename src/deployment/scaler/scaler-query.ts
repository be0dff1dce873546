/** What the platform said last of the scaler of an app. It may have said nothing yet: then there is no table. */
export function scalerQuery(app: string): string {
  return `union isfuzzy=true ContainerAppSystemLogs, (datatable(TimeGenerated: datetime, ContainerAppName: string, Reason: string, Log: string) [])
| where TimeGenerated > ago(7d) and ContainerAppName == '${app}'
| extend said = case(Reason == 'KEDAScalersStarted', 'started', Reason == 'KEDAScalerFailed' or Log has 'Skipping configuration of KEDA scale rule', 'failed', '')
| where said != ''
| top 1 by TimeGenerated desc
| project said, Log`;
}

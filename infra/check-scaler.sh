#!/usr/bin/env bash
# Tells whether Container Apps has made the scaler of the queue, after a deployment with hosting containerapps. Without it a
# sleeping app is never woken. It fails to be made now and then; a restart of the revision usually helps.
#
# check-scaler.sh <customer id of the Log Analytics workspace> <name of the container app> [<minutes to wait>]
#   0 it is there · 1 it was skipped, or failed · 2 usage · 3 nothing is known of it yet
set -euo pipefail

if [[ $# -lt 2 || $# -gt 3 || ! ${3:-15} =~ ^[0-9]+$ ]]; then
  echo 'Usage: check-scaler.sh <workspace customer id> <container app> [<minutes to wait>]' >&2
  exit 2
fi
workspace=$1
app=$2
deadline=$((SECONDS + ${3:-15} * 60))

# The last thing that the platform said decides: a restart mends what failed before it.
query="ContainerAppSystemLogs
| where TimeGenerated > ago(1d) and ContainerAppName == '$app'
| extend said = case(Reason == 'KEDAScalersStarted', 'started', Reason == 'KEDAScalerFailed' or Log has 'Skipping configuration of KEDA scale rule', 'failed', '')
| where said != ''
| top 1 by TimeGenerated desc
| project answer = strcat(said, ' ', Log)"

while :; do
  answer=$(az monitor log-analytics query --workspace "$workspace" --analytics-query "$query" --query '[0].answer' --output tsv)
  case $answer in
    started*)
      echo "The scaler of $app is there."
      exit 0
      ;;
    failed*)
      echo "The scaler of $app is not there: ${answer#failed }" >&2
      echo "Restart the revision and check again (az containerapp revision restart), or keep a replica with minimumInstances=1." >&2
      exit 1
      ;;
  esac
  if ((SECONDS >= deadline)); then
    echo "Nothing is known of the scaler of $app yet: check again in some minutes, or keep a replica with minimumInstances=1." >&2
    exit 3
  fi
  sleep "${LOOK_EVERY_SECONDS:-30}"
done

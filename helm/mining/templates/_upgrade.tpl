{{/*
Messages about changes that an upgrade cannot make, as JSON. The API would refuse them after the migrations, or the records would be left in
an unused volume. Empty without access to the cluster (helm template).
*/}}
{{- define "mining.upgradeProblems" -}}
{{- $problems := list -}}
{{- $full := include "mining.fullname" . -}}
{{- $name := include "mining.name" . -}}
{{- $selected := dig "spec" "selector" "matchLabels" "app.kubernetes.io/name" $name (lookup "apps/v1" "Deployment" .Release.Namespace (printf "%s-projects" $full)) -}}
{{- if ne $selected $name -}}
{{- $problems = append $problems (printf "nameOverride cannot change: the selectors of the existing deployments contain the name '%s'. Restore the previous value." $selected) -}}
{{- end -}}
{{- if eq .Values.database.kind "sqlite" -}}
{{- $services := include "mining.topology" . | fromYaml | keys -}}
{{- range dig "items" list (lookup "v1" "PersistentVolumeClaim" .Release.Namespace "") -}}
{{- $annotations := default dict .metadata.annotations -}}
{{- $claim := .metadata.name -}}
{{- if eq $.Release.Name (get $annotations "meta.helm.sh/release-name") -}}
{{- if and $.Release.IsUpgrade (not (has (trimPrefix (printf "%s-" $full) $claim) $services)) -}}
{{- $problems = append $problems (printf "The names cannot change: the release's data is in volume claim %s, and services named %s-… would start with empty volumes. Restore fullnameOverride and nameOverride." $claim $full) -}}
{{- else -}}
{{- $size := .spec.resources.requests.storage -}}
{{- if gt (include "mining.quantity" $size | float64) (include "mining.quantity" $.Values.database.volumeSize | float64) -}}
{{- $problems = append $problems (printf "database.volumeSize is %v, but volume claim %s has %s: a volume cannot shrink." $.Values.database.volumeSize $claim $size) -}}
{{- end -}}
{{- $class := default (get $annotations "mining/storage-class") (ternary .spec.storageClassName "" (ne $.Values.database.storageClassName "")) -}}
{{- if and $class (ne $class $.Values.database.storageClassName) -}}
{{- $problems = append $problems (printf "database.storageClassName is '%s', but volume claim %s has '%s': a storage class cannot change." $.Values.database.storageClassName $claim $class) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $problems -}}
{{- end -}}

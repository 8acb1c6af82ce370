{{/*
Sentences on what an upgrade cannot change, as JSON. The API would refuse it after the migrations, or the records would stay behind in a
volume that nobody reads. Nothing is said where helm does not ask the cluster (helm template).
*/}}
{{- define "mining.unchangeable" -}}
{{- $problems := list -}}
{{- $full := include "mining.fullname" . -}}
{{- $name := include "mining.name" . -}}
{{- $selected := dig "spec" "selector" "matchLabels" "app.kubernetes.io/name" $name (lookup "apps/v1" "Deployment" .Release.Namespace (printf "%s-projects" $full)) -}}
{{- if ne $selected $name -}}
{{- $problems = append $problems (printf "nameOverride cannot change: the deployments that run select their pods by the name '%s'. Set it back." $selected) -}}
{{- end -}}
{{- if eq .Values.database.kind "sqlite" -}}
{{- $services := include "mining.topology" . | fromYaml | keys -}}
{{- range dig "items" list (lookup "v1" "PersistentVolumeClaim" .Release.Namespace "") -}}
{{- $annotations := default dict .metadata.annotations -}}
{{- $claim := .metadata.name -}}
{{- if eq $.Release.Name (get $annotations "meta.helm.sh/release-name") -}}
{{- if and $.Release.IsUpgrade (not (has (trimPrefix (printf "%s-" $full) $claim) $services)) -}}
{{- $problems = append $problems (printf "The records of this release are in the claim %s, and services called %s-… would begin with empty ones: set fullnameOverride and nameOverride back." $claim $full) -}}
{{- else -}}
{{- $size := .spec.resources.requests.storage -}}
{{- if gt (include "mining.amount" $size | float64) (include "mining.amount" $.Values.database.volumeSize | float64) -}}
{{- $problems = append $problems (printf "database.volumeSize is %v, but the claim %s has %s, and a volume cannot shrink." $.Values.database.volumeSize $claim $size) -}}
{{- end -}}
{{- $class := default (get $annotations "mining/storage-class") (ternary .spec.storageClassName "" (ne $.Values.database.storageClassName "")) -}}
{{- if and $class (ne $class $.Values.database.storageClassName) -}}
{{- $problems = append $problems (printf "database.storageClassName is '%s', but the claim %s has the class %s, which cannot change." $.Values.database.storageClassName $claim $class) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $problems -}}
{{- end -}}

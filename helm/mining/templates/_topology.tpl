{{/*
Who runs, who calls whom and who follows whom: the arrows of the mesh, written once. Ports, addresses, app ids, topics, scopes and
network policies are all made from it, and the tests compare it with the code.
*/}}
{{- define "mining.topology" -}}
projects:
  # For who decides with four eyes, when a proposal is raised.
  calls: [investors]
  follows: []
  publishes: true
investors:
  calls: [projects]
  follows: [projects]
  publishes: true
refining:
  calls: [projects]
  follows: [projects]
  publishes: true
gateway:
  calls: [projects, investors, refining]
  follows: [projects, investors, refining]
  publishes: false
  # Each replica must get every event, so its consumer group is its own.
  followsAlone: true
{{- end -}}

{{/* The ports of every service. Deliveries come in on loopback only, from the sidecar of the same pod. */}}
{{- define "mining.ports" -}}
api: 8080
health: 8081
deliveries: 8082
metrics: 9090
{{- end -}}

{{/* The pub/sub component of a service, as it is told by Mesh__PubsubName. */}}
{{- define "mining.pubsub" -}}
{{- ternary "mesh-pubsub-each-replica" "mesh-pubsub" (dig "followsAlone" false .service) -}}
{{- end -}}

{{- define "mining.topic" -}}{{ . }}.changes{{- end -}}
{{- define "mining.deadLetters" -}}{{ . }}.changes.dead-letters{{- end -}}

{{/* The values of one service: what holds for all, overlaid with its own. Environments are joined; a name of the service's own wins. */}}
{{- define "mining.of" -}}
{{- $own := index .root.Values.services .name -}}
{{- $values := mustMergeOverwrite (deepCopy .root.Values.defaults) (deepCopy $own) -}}
{{- $environment := concat .root.Values.defaults.environment (default list $own.environment) -}}
{{- set $values "environment" (include "mining.lastOfEachName" $environment | fromYamlArray) | toYaml -}}
{{- end -}}

{{/*
The replicas that a deployment is given. With autoscaling they are the autoscaler's: a new deployment begins with its minimum, and one
that runs keeps what it has, within the bounds. Without this it would fall to one replica until the autoscaler acts. With server-side
apply the field is left out once the autoscaler has written it; helm would otherwise fail with a conflict, should it write at that moment.
Applied by the client the field must stay, for what is left out is reset to one.
*/}}
{{- define "mining.replicas" -}}
{{- $scaling := .values.autoscaling -}}
{{- if not $scaling.enabled -}}
{{- .values.replicas | int -}}
{{- else -}}
{{- $name := printf "%s-%s" (include "mining.fullname" .root) .name -}}
{{- $running := lookup "apps/v1" "Deployment" .root.Release.Namespace $name -}}
{{- $applied := false -}}
{{- $scaled := false -}}
{{- range dig "metadata" "managedFields" list $running -}}
{{- if eq .operation "Apply" }}{{ $applied = true }}{{ end -}}
{{- if and (eq (default "" .subresource) "scale") (hasKey (dig "fieldsV1" "f:spec" dict .) "f:replicas") }}{{ $scaled = true }}{{ end -}}
{{- end -}}
{{- if not (and $applied $scaled) -}}
{{- dig "spec" "replicas" 0 $running | int | max (int $scaling.minReplicas) | min (int $scaling.maxReplicas) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The least number of replicas that a service ever has. */}}
{{- define "mining.leastReplicas" -}}
{{- if .autoscaling.enabled }}{{ .autoscaling.minReplicas }}{{ else }}{{ .replicas }}{{ end -}}
{{- end -}}

{{/*
The services, with the calls and subscriptions between them. Addresses, app ids, topics, scopes and network policies are derived from this
table. Tests compare it with the code.
*/}}
{{- define "mining.topology" -}}
projects:
  # When a proposal is created, projects asks investors which sides require four-eyes approval.
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
  # Every replica must receive every event.
  dedicatedConsumerGroup: true
{{- end -}}

{{/* Ports, the same for every service. The deliveries port listens on loopback only, for the sidecar in the same pod. */}}
{{- define "mining.ports" -}}
api: 8080
health: 8081
deliveries: 8082
metrics: 9090
{{- end -}}

{{/* Name of a service's pub/sub component (Mesh__PubsubName). */}}
{{- define "mining.pubsub" -}}
{{- ternary "mesh-pubsub-each-replica" "mesh-pubsub" (dig "dedicatedConsumerGroup" false .service) -}}
{{- end -}}

{{- define "mining.topic" -}}{{ . }}.changes{{- end -}}
{{- define "mining.deadLetterTopic" -}}{{ . }}.changes.dead-letters{{- end -}}

{{/* Values of one service: defaults, overridden by services.NAME. Environments are merged; the service's variables win. */}}
{{- define "mining.serviceValues" -}}
{{- $own := index .root.Values.services .name -}}
{{- $values := mustMergeOverwrite (deepCopy .root.Values.defaults) (deepCopy $own) -}}
{{- $environment := concat .root.Values.defaults.environment (default list $own.environment) -}}
{{- set $values "environment" (include "mining.uniqueByName" $environment | fromYamlArray) | toYaml -}}
{{- end -}}

{{/*
Value of spec.replicas, or empty to omit the field. With autoscaling a new deployment starts with minReplicas, and an existing one keeps
its replicas within the limits; otherwise it would drop to one replica until the autoscaler acts. With server-side apply the field is
omitted once the autoscaler has set it, because helm would fail with a conflict if both wrote it. With client-side apply it must stay,
because an omitted field is reset to one.
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

{{/* Minimum number of replicas of a service. */}}
{{- define "mining.minReplicas" -}}
{{- if .autoscaling.enabled }}{{ .autoscaling.minReplicas }}{{ else }}{{ .replicas }}{{ end -}}
{{- end -}}

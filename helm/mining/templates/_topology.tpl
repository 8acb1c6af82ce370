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

{{/* The values of one service: what holds for all, overlaid with its own. */}}
{{- define "mining.of" -}}
{{- mustMergeOverwrite (deepCopy .root.Values.defaults) (deepCopy (index .root.Values.services .name)) | toYaml -}}
{{- end -}}

{{/* The least number of replicas that a service ever has. */}}
{{- define "mining.leastReplicas" -}}
{{- if .autoscaling.enabled }}{{ .autoscaling.minReplicas }}{{ else }}{{ .replicas }}{{ end -}}
{{- end -}}

{{/* One entry of a component's metadata that comes from the broker's secret. */}}
{{- define "mining.fromBrokerSecret" -}}
- name: {{ .name }}
  secretKeyRef:
    name: {{ .root.Values.broker.secretName }}
    key: {{ .key }}
{{- end -}}

{{/*
The broker, as one kind of component has it. "alone": each replica is a consumer group of its own, which may go with its pod, and
begins with what comes next, for it reads the rest from the feeds.
*/}}
{{- define "mining.broker.redis" -}}
- name: redisHost
  value: {{ .root.Values.broker.address | quote }}
{{- with .root.Values.broker.username }}
- name: redisUsername
  value: {{ . | quote }}
{{- end }}
{{- if eq .root.Values.broker.authentication "secret" }}
{{ include "mining.fromBrokerSecret" (dict "root" .root "name" "redisPassword" "key" "password") }}
{{- end }}
- name: enableTLS
  value: {{ .root.Values.broker.tls | quote }}
- name: maxLenApprox
  value: {{ .root.Values.broker.streamLength | int | quote }}
# The policies of the Resiliency decide how often; without this Redis would deliver for ever.
- name: ackOnError
  value: "true"
{{- end -}}

{{- define "mining.broker.kafka" -}}
- name: brokers
  value: {{ .root.Values.broker.address | quote }}
- name: authType
  value: {{ ternary "password" "none" (eq .root.Values.broker.authentication "secret") }}
{{- if eq .root.Values.broker.authentication "secret" }}
- name: saslUsername
  value: {{ .root.Values.broker.username | quote }}
- name: saslMechanism
  value: SHA-512
{{ include "mining.fromBrokerSecret" (dict "root" .root "name" "saslPassword" "key" "password") }}
{{- end }}
- name: disableTls
  value: {{ not .root.Values.broker.tls | quote }}
{{- if .root.Values.broker.certificateAuthority }}
{{ include "mining.fromBrokerSecret" (dict "root" .root "name" "caCert" "key" "ca.crt") }}
{{- end }}
- name: initialOffset
  value: {{ ternary "newest" "oldest" .alone }}
- name: maxMessageBytes
  value: "1048576"
- name: consumeRetryEnabled
  value: "false"
{{- end -}}

{{- define "mining.broker.rabbitmq" -}}
{{ include "mining.fromBrokerSecret" (dict "root" .root "name" "connectionString" "key" "connectionString") }}
{{- if .root.Values.broker.certificateAuthority }}
{{ include "mining.fromBrokerSecret" (dict "root" .root "name" "caCert" "key" "ca.crt") }}
{{- end }}
- name: durable
  value: "true"
- name: deletedWhenUnused
  value: {{ .alone | quote }}
- name: deliveryMode
  value: "2"
- name: publisherConfirm
  value: "true"
- name: prefetchCount
  value: "100"
- name: requeueInFailure
  value: "true"
{{- end -}}

{{- define "mining.broker.azure-service-bus" -}}
{{- if eq .root.Values.broker.authentication "workload-identity" }}
- name: namespaceName
  value: {{ .root.Values.broker.address | quote }}
{{- else }}
{{ include "mining.fromBrokerSecret" (dict "root" .root "name" "connectionString" "key" "connectionString") }}
{{- end }}
- name: autoDeleteOnIdleInSec
  value: {{ ternary "3600" "0" .alone | quote }}
- name: maxConcurrentHandlers
  value: "100"
{{- end -}}

{{/* Who may publish what, and who may subscribe to what: everything else is refused by the sidecar. */}}
{{- define "mining.publishingScopes" -}}
{{- $scopes := list -}}
{{- range $name, $service := include "mining.topology" . | fromYaml -}}
{{- $topics := list -}}
{{- if $service.publishes }}{{ $topics = append $topics (include "mining.topic" $name) }}{{ end -}}
{{- /* A sidecar moves what its service drops, in the service's name. */ -}}
{{- range $service.follows }}{{ $topics = append $topics (include "mining.deadLetters" .) }}{{ end -}}
{{- $scopes = append $scopes (printf "%s=%s" $name (join "," $topics)) -}}
{{- end -}}
{{- join ";" $scopes -}}
{{- end -}}

{{- define "mining.subscriptionScopes" -}}
{{- $scopes := list -}}
{{- range $name, $service := include "mining.topology" . | fromYaml -}}
{{- $topics := list -}}
{{- range $service.follows }}{{ $topics = append $topics (include "mining.topic" .) }}{{ end -}}
{{- $scopes = append $scopes (printf "%s=%s" $name (join "," $topics)) -}}
{{- end -}}
{{- join ";" $scopes -}}
{{- end -}}

{{- define "mining.allTopics" -}}
{{- $topics := list -}}
{{- range $name, $service := include "mining.topology" . | fromYaml -}}
{{- if $service.publishes }}{{ $topics = concat $topics (list (include "mining.topic" $name) (include "mining.deadLetters" $name)) }}{{ end -}}
{{- end -}}
{{- join "," $topics -}}
{{- end -}}

{{/* One entry of a component's metadata that comes from the broker's secret. */}}
{{- define "mining.fromBrokerSecret" -}}
- name: {{ .name }}
  secretKeyRef:
    name: {{ .root.Values.broker.secretName | quote }}
    key: {{ .key }}
{{- end -}}

{{/*
The broker, as one kind of component has it. "alone": each replica is a consumer group of its own. It starts with the next event,
because it reads the rest from the feeds.
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
# A delivery that is pending for longer is delivered again, although its retries still run.
- name: processingTimeout
  value: {{ include "mining.maxDeliverySeconds" .root }}s
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
# Also sets auto-delete of the exchange, on which both components must agree.
- name: deletedWhenUnused
  value: "false"
{{- if .alone }}
# The queue of a pod that is gone stays, and must not fill the broker. Fixed: RabbitMQ refuses a queue that exists with other limits.
- name: maxLen
  value: "100000"
- name: maxLenBytes
  value: "134217728"
{{- else }}
# The publisher decides how long an event lives. The feeds serve what is older.
- name: ttlInSeconds
  value: "86400"
{{- end }}
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
{{- if .alone }}
- name: autoDeleteOnIdleInSec
  value: "3600"
{{- end }}
# A handler is cancelled after that, although its retries still run.
- name: handlerTimeoutInSec
  value: {{ include "mining.maxDeliverySeconds" .root | quote }}
- name: maxConcurrentHandlers
  value: "100"
{{- end -}}

{{/* How long a delivery may take at most, with all its retries and the pauses between them. */}}
{{- define "mining.maxDeliverySeconds" -}}
{{- $delivery := .Values.dapr.delivery -}}
{{- $timeout := include "mining.seconds" $delivery.timeout | int -}}
{{- add $timeout (mul $delivery.retries (add $timeout (include "mining.seconds" $delivery.longestPause | int))) 10 -}}
{{- end -}}

{{/* A duration such as 500ms, 30s or 2m in whole seconds, rounded up. */}}
{{- define "mining.seconds" -}}
{{- $number := regexFind "^[0-9]+" . | int -}}
{{- if hasSuffix "ms" . }}{{ div (add $number 999) 1000 }}{{ else if hasSuffix "m" . }}{{ mul $number 60 }}{{ else }}{{ $number }}{{ end -}}
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

{{/* What the chart itself writes into a component; an entry of broker.metadata of the same name replaces it. */}}
{{- define "mining.componentMetadata" -}}
{{- if .alone }}
# Each replica is a consumer group of its own: it gets every event.
- name: consumerID
  value: "{podName}"
{{- end }}
{{ include (printf "mining.broker.%s" .root.Values.broker.kind) . }}
{{ include "mining.scopeMetadata" .root }}
{{- end -}}

{{/* Topics and who has them: the mesh's own, which broker.metadata may not replace. */}}
{{- define "mining.scopeMetadata" -}}
- name: allowedTopics
  value: {{ include "mining.allTopics" . | quote }}
- name: protectedTopics
  value: {{ include "mining.allTopics" . | quote }}
- name: publishingScopes
  value: {{ include "mining.publishingScopes" . | quote }}
- name: subscriptionScopes
  value: {{ include "mining.subscriptionScopes" . | quote }}
{{- end -}}

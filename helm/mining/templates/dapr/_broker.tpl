{{/* Metadata entry whose value is in the broker's secret. */}}
{{- define "mining.fromBrokerSecret" -}}
- name: {{ .name }}
  secretKeyRef:
    name: {{ .root.Values.broker.secretName | quote }}
    key: {{ .key }}
{{- end -}}

{{/*
Metadata of the Dapr component for each kind of broker. "dedicated": every replica has a dedicated consumer group. It starts with
the next event, because the replica reads earlier events from the feeds.
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
  value: {{ .root.Values.broker.maxStreamLength | int | quote }}
# Redis redelivers a message that is pending for longer. This exceeds the duration of all retries, so a retried delivery is not repeated.
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
  value: {{ ternary "newest" "oldest" .dedicated }}
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
# Also sets auto-delete of the exchange, which must be the same in both components.
- name: deletedWhenUnused
  value: "false"
{{- if .dedicated }}
# The queue outlives its pod, so its size is limited. The limits are constants: RabbitMQ refuses an existing queue with other limits.
- name: maxLen
  value: "100000"
- name: maxLenBytes
  value: "134217728"
{{- else }}
# Messages expire after a day; the publishing component decides. Consumers read older events from the feeds.
- name: ttlInSeconds
  value: "86400"
{{- end }}
# Transient: the sidecar waits for the confirmation of each event, and a persistent event is confirmed only once it is on disk. A broker
# that restarts loses what is queued; the feeds deliver it.
- name: deliveryMode
  value: "1"
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
{{- if .dedicated }}
- name: autoDeleteOnIdleInSec
  value: "3600"
{{- end }}
# Dapr cancels a handler after this time. It exceeds the duration of all retries, so none is cut off.
- name: handlerTimeoutInSec
  value: {{ include "mining.maxDeliverySeconds" .root | quote }}
- name: maxConcurrentHandlers
  value: "100"
{{- end -}}

{{/* Maximum duration of a delivery, including all retries and back-offs, in seconds. */}}
{{- define "mining.maxDeliverySeconds" -}}
{{- $delivery := .Values.dapr.delivery -}}
{{- $timeout := include "mining.seconds" $delivery.timeout | int -}}
{{- add $timeout (mul $delivery.maxRetries (add $timeout (include "mining.seconds" $delivery.maxBackoff | int))) 10 -}}
{{- end -}}

{{/* Converts a duration such as 500ms, 30s or 2m to seconds, rounded up. */}}
{{- define "mining.seconds" -}}
{{- $number := regexFind "^[0-9]+" . | int -}}
{{- if hasSuffix "ms" . }}{{ div (add $number 999) 1000 }}{{ else if hasSuffix "m" . }}{{ mul $number 60 }}{{ else }}{{ $number }}{{ end -}}
{{- end -}}

{{/* Topics that each app may publish to, and topics that it may subscribe to. The sidecar refuses all others. */}}
{{- define "mining.publishingScopes" -}}
{{- $scopes := list -}}
{{- range $name, $service := include "mining.topology" . | fromYaml -}}
{{- $topics := list -}}
{{- if $service.publishes }}{{ $topics = append $topics (include "mining.topic" $name) }}{{ end -}}
{{- /* A sidecar publishes messages that its service drops to the dead-letter topic, under the service's app id. */ -}}
{{- range $service.follows }}{{ $topics = append $topics (include "mining.deadLetterTopic" .) }}{{ end -}}
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
{{- if $service.publishes }}{{ $topics = concat $topics (list (include "mining.topic" $name) (include "mining.deadLetterTopic" $name)) }}{{ end -}}
{{- end -}}
{{- join "," $topics -}}
{{- end -}}

{{/* Component metadata set by the chart. Entries of broker.metadata replace those of the same name. */}}
{{- define "mining.componentMetadata" -}}
{{- if .dedicated }}
# Every replica has a dedicated consumer group and receives every event.
- name: consumerID
  value: "{podName}"
{{- end }}
{{ include (printf "mining.broker.%s" .root.Values.broker.kind) . }}
{{ include "mining.scopeMetadata" .root }}
{{- end -}}

{{/* Topics and their scopes. broker.metadata must not replace these entries. */}}
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

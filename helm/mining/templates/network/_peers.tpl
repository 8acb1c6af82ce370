{{/* Pods of ours, by their component. */}}
{{- define "mining.peers" -}}
{{- range .names }}
- podSelector:
    matchLabels:
      {{- include "mining.selector" (dict "root" $.root "name" .) | nindent 6 }}
{{- end }}
{{- end -}}

{{- define "mining.dnsRule" -}}
- to:
    - namespaceSelector:
        matchLabels: { kubernetes.io/metadata.name: kube-system }
  ports:
    - { port: 53, protocol: UDP }
    - { port: 53, protocol: TCP }
{{- end -}}

{{/* A rule to peers that the values name; none named: to anywhere, on the ports. */}}
{{- define "mining.ruleTo" -}}
{{- with .peers -}}
- to:
    {{- toYaml . | nindent 4 }}
  ports:
{{- else -}}
- ports:
{{- end }}
  {{- range .ports }}
    - { port: {{ . | int }}, protocol: TCP }
  {{- end }}
{{- end -}}

{{- define "mining.brokerPorts" -}}
{{- $usual := dict "redis" (list 6379) "kafka" (list 9092 9093) "rabbitmq" (list 5671 5672) "azure-service-bus" (list 443 5671) -}}
{{- default (get $usual .Values.broker.kind) .Values.networkPolicy.brokerPorts | toJson -}}
{{- end -}}

{{/* The port of the telemetry endpoint. */}}
{{- define "mining.telemetryPort" -}}
{{- $url := urlParse .Values.telemetry.endpoint -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- default (ternary "443" "80" (eq $url.scheme "https")) $port -}}
{{- end -}}

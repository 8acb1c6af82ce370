{{/* Peers that select the mesh's pods by component. */}}
{{- define "mining.peers" -}}
{{- range .names }}
- podSelector:
    matchLabels:
      {{- include "mining.selector" (dict "root" $.root "name" .) | nindent 6 }}
{{- end }}
{{- end -}}

{{- define "mining.dnsRule" -}}
- to:
    {{- toYaml .Values.networkPolicy.dns | nindent 4 }}
  ports:
    {{- range .Values.networkPolicy.dnsPorts }}
    - { port: {{ . | int }}, protocol: UDP }
    - { port: {{ . | int }}, protocol: TCP }
    {{- end }}
{{- end -}}

{{/* Egress rule to the given peers, or to any address if there are none. A port is a number or a range, for example 11000-11999. */}}
{{- define "mining.egressRule" -}}
{{- with .peers -}}
- to:
    {{- toYaml . | nindent 4 }}
  ports:
{{- else -}}
- ports:
{{- end }}
  {{- range .ports }}
  {{- $ends := splitList "-" (toString .) }}
    - { port: {{ first $ends | int }}, {{ if gt (len $ends) 1 }}endPort: {{ last $ends | int }}, {{ end }}protocol: TCP }
  {{- end }}
{{- end -}}

{{/* Distinct ports of a list of URLs. */}}
{{- define "mining.urlPorts" -}}
{{- $ports := list -}}
{{- range compact . -}}
{{- $url := urlParse . -}}
{{- $default := ternary "443" "80" (eq $url.scheme "https") -}}
{{- $ports = append $ports (regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default $default | int) -}}
{{- end -}}
{{- $ports | uniq | sortAlpha | toJson -}}
{{- end -}}

{{/* Ports of the broker's address, or the default ports of its kind if the address is in the secret. */}}
{{- define "mining.brokerPorts" -}}
{{- $default := get (dict "redis" (list 6379) "kafka" (list 9092) "rabbitmq" (list 5671 5672) "azure-service-bus" (list 443 5671)) .Values.broker.kind -}}
{{- $ports := list -}}
{{- if has .Values.broker.kind (list "redis" "kafka") -}}
{{- range splitList "," .Values.broker.address }}{{ $ports = append $ports (regexFind ":[0-9]+$" . | trimPrefix ":") }}{{ end -}}
{{- end -}}
{{- coalesce .Values.networkPolicy.brokerPorts ($ports | compact | uniq) $default | toJson -}}
{{- end -}}

{{/* Ports of the telemetry endpoint and of endpoints for individual signals. */}}
{{- define "mining.telemetryPorts" -}}
{{- $endpoints := list .Values.telemetry.endpoint -}}
{{- range $key, $value := .Values.telemetry.settings }}{{ if hasSuffix "_ENDPOINT" $key }}{{ $endpoints = append $endpoints $value }}{{ end }}{{ end -}}
{{- include "mining.urlPorts" $endpoints -}}
{{- end -}}

{{/* Ports of the issuers' URLs. Network policies see the port that the API server listens on, not that of its Service. */}}
{{- define "mining.identityPorts" -}}
{{- $cluster := .Values.identity.cluster -}}
{{- $addresses := list (default $cluster.issuer $cluster.metadataAddress) -}}
{{- range include "mining.issuers" . | fromYaml }}{{ $addresses = append $addresses (default .issuer .metadataAddress) }}{{ end -}}
{{- $ports := include "mining.urlPorts" $addresses | fromJsonArray -}}
{{- range ternary .Values.networkPolicy.apiServerPorts list $cluster.certificateAuthority }}{{ $ports = append $ports (toString .) }}{{ end -}}
{{- $ports | uniq | toJson -}}
{{- end -}}

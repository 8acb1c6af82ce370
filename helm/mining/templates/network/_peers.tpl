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
    {{- toYaml .Values.networkPolicy.dns | nindent 4 }}
  ports:
    {{- range .Values.networkPolicy.dnsPorts }}
    - { port: {{ . | int }}, protocol: UDP }
    - { port: {{ . | int }}, protocol: TCP }
    {{- end }}
{{- end -}}

{{/* A rule to peers that the values name; none named: to anywhere, on the ports. A port is a number, or a range as text: 11000-11999. */}}
{{- define "mining.ruleTo" -}}
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

{{/* The ports of URLs, each once. */}}
{{- define "mining.portsOf" -}}
{{- $ports := list -}}
{{- range compact . -}}
{{- $url := urlParse . -}}
{{- $usual := ternary "443" "80" (eq $url.scheme "https") -}}
{{- $ports = append $ports (regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default $usual | int) -}}
{{- end -}}
{{- $ports | uniq | sortAlpha | toJson -}}
{{- end -}}

{{/* Those of the broker's address; the usual ones of its kind where the address is in the secret. */}}
{{- define "mining.brokerPorts" -}}
{{- $usual := get (dict "redis" (list 6379) "kafka" (list 9092) "rabbitmq" (list 5671 5672) "azure-service-bus" (list 443 5671)) .Values.broker.kind -}}
{{- $ports := list -}}
{{- if has .Values.broker.kind (list "redis" "kafka") -}}
{{- range splitList "," .Values.broker.address }}{{ $ports = append $ports (regexFind ":[0-9]+$" . | trimPrefix ":") }}{{ end -}}
{{- end -}}
{{- coalesce .Values.networkPolicy.brokerPorts ($ports | compact | uniq) $usual | toJson -}}
{{- end -}}

{{/* Those of the telemetry endpoint, and of the endpoints of single signals. */}}
{{- define "mining.telemetryPorts" -}}
{{- $endpoints := list .Values.telemetry.endpoint -}}
{{- range $key, $value := .Values.telemetry.settings }}{{ if hasSuffix "_ENDPOINT" $key }}{{ $endpoints = append $endpoints $value }}{{ end }}{{ end -}}
{{- include "mining.portsOf" $endpoints -}}
{{- end -}}

{{/* Those of the issuers' addresses. Network policies see the API server's own port, not that of its Service, so a value has to say it. */}}
{{- define "mining.identityPorts" -}}
{{- $cluster := .Values.identity.cluster -}}
{{- $addresses := list (default $cluster.issuer $cluster.metadataAddress) -}}
{{- range include "mining.issuers" . | fromYaml }}{{ $addresses = append $addresses (default .issuer .metadataAddress) }}{{ end -}}
{{- $ports := include "mining.portsOf" $addresses | fromJsonArray -}}
{{- range ternary .Values.networkPolicy.apiServerPorts list $cluster.clusterAuthority }}{{ $ports = append $ports (toString .) }}{{ end -}}
{{- $ports | uniq | toJson -}}
{{- end -}}

{{/* Connection string of a service's database: from a secret, or of the SQLite file on its volume. */}}
{{- define "mining.databaseEnvironment" -}}
{{- $database := .root.Values.database -}}
- name: ConnectionStrings__Database
{{- if eq $database.kind "sqlite" }}
  value: Data Source=/data/{{ .name }}.db
{{- else }}
  valueFrom:
    secretKeyRef:
      name: {{ default $database.secretName (get . "secretName") | quote }}
      key: {{ .name }}
{{- end }}
{{- end -}}

{{/* Standard variables of OpenTelemetry. Without an endpoint the services export nothing. */}}
{{- define "mining.telemetryEnvironment" -}}
{{- $telemetry := .root.Values.telemetry -}}
{{- if $telemetry.endpoint }}
{{- $place := printf "k8s.namespace.name=%s,k8s.deployment.name=%s-%s" .root.Release.Namespace (include "mining.fullname" .root) .name }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ $telemetry.endpoint | quote }}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: {{ list $place (get $telemetry.settings "OTEL_RESOURCE_ATTRIBUTES") | compact | join "," | quote }}
{{- range $key, $value := omit $telemetry.settings "OTEL_RESOURCE_ATTRIBUTES" }}
- name: {{ $key }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Removes duplicate names from a list of named entries; the last entry of a name wins. The API refuses duplicates. */}}
{{- define "mining.uniqueByName" -}}
{{- $last := dict -}}
{{- range $index, $entry := . }}{{ $_ := set $last $entry.name $index }}{{ end -}}
{{- $unique := list -}}
{{- range $index, $entry := . }}{{ if eq $index (get $last $entry.name) }}{{ $unique = append $unique $entry }}{{ end }}{{ end -}}
{{- $unique | toYaml -}}
{{- end -}}

{{/* Environment of a service. Variables from the values replace the chart's variables of the same name. */}}
{{- define "mining.environment" -}}
{{- $chart := printf "%s\n%s" (include "mining.chartEnvironment" .) (include "mining.runtimeEnvironment" .root) | fromYamlArray -}}
{{- include "mining.uniqueByName" (concat $chart .values.environment) -}}
{{- end -}}

{{/* Environment variables that the chart sets. Structured settings are in the settings file. */}}
{{- define "mining.chartEnvironment" -}}
{{- $root := .root -}}
{{- $ports := include "mining.ports" $root | fromYaml -}}
{{- $scheme := ternary "https" "http" (ne $root.Values.tls.secretName "") -}}
- name: Mesh__Replica
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: Mesh__Listen
  value: {{ $scheme }}://0.0.0.0:{{ $ports.api }}
- name: Mesh__HealthListen
  value: http://0.0.0.0:{{ $ports.health }}
{{- if .service.follows }}
- name: Mesh__DeliveryListen
  value: http://127.0.0.1:{{ $ports.deliveries }}
{{- end }}
- name: Mesh__PubsubName
  value: {{ include "mining.pubsub" . }}
{{- range .service.calls }}
- name: Mesh__Services__{{ . }}
  value: {{ include "mining.address" (dict "root" $root "name" .) }}
{{- end }}
- name: Mesh__Migrate
  value: {{ eq $root.Values.database.kind "sqlite" | quote }}
{{ include "mining.databaseEnvironment" . }}
- name: Mesh__PageTokenKey
  valueFrom:
    secretKeyRef:
      name: {{ $root.Values.pageTokenKey.secretName | quote }}
      key: {{ $root.Values.pageTokenKey.key | quote }}
{{- if ne .name "gateway" }}
- name: Mesh__Audit__SigningKeyFile
  value: /etc/mining/audit/signing-key.pem
{{- end }}
{{- if .service.follows }}
- name: APP_API_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ $root.Values.dapr.appTokenSecretName | quote }}
      key: token
{{- end }}
- name: DAPR_API_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ $root.Values.dapr.apiTokenSecretName | quote }}
      key: token
- name: Mesh__Identity__TokenFile
  value: /var/run/secrets/mining/token
{{- if $root.Values.tls.secretName }}
- name: Mesh__Tls__CertificateFile
  value: /etc/mining/tls/tls.crt
- name: Mesh__Tls__KeyFile
  value: /etc/mining/tls/tls.key
{{- if $root.Values.tls.certificateAuthority }}
- name: Mesh__Tls__CertificateAuthorityFile
  value: /etc/mining/tls/ca.crt
{{- end }}
{{- if and $root.Values.tls.clientCertificates (ne .name "gateway") }}
- name: Mesh__Tls__ClientCertificateAuthorityFile
  value: /etc/mining/tls/ca.crt
{{- end }}
{{- end }}
{{- include "mining.telemetryEnvironment" . }}
{{- end -}}

{{/* Issuers of callers' tokens. A null removes an issuer of an earlier values file. */}}
{{- define "mining.issuers" -}}
{{- $issuers := dict -}}
{{- range $alias, $issuer := .Values.identity.issuers }}{{ if $issuer }}{{ $_ := set $issuers $alias $issuer }}{{ end }}{{ end -}}
{{- toYaml $issuers -}}
{{- end -}}

{{/* Authentication settings: the trusted issuers, sides and roles. */}}
{{- define "mining.identitySettings" -}}
{{- $root := . -}}
{{- $identity := .Values.identity -}}
{{- $issuers := dict -}}
{{- range $alias, $configured := include "mining.issuers" . | fromYaml -}}
  {{- $issuer := dict "Issuer" $configured.issuer -}}
  {{- range $key, $setting := dict "audience" "Audience" "metadataAddress" "MetadataAddress" "sides" "Sides" "sideClaim" "SideClaim"
        "organisationClaim" "OrganisationClaim" "rolesClaim" "RolesClaim" "roles" "Roles" -}}
    {{- with index $configured $key }}{{ $_ := set $issuer $setting . }}{{ end -}}
  {{- end -}}
  {{- if $configured.certificateAuthoritySecret }}{{ $_ := set $issuer "CertificateAuthorityFile" (printf "/etc/mining/issuers/%s/ca.crt" $alias) }}{{ end -}}
  {{- $_ := set $issuers $alias $issuer -}}
{{- end -}}
{{- /* Service account tokens have no roles claim, so roles are mapped from the subject. */ -}}
{{- $cluster := dict "Issuer" $identity.cluster.issuer "Audience" $identity.cluster.audience "RolesClaim" "sub" -}}
{{- $subjects := dict -}}
{{- range $name, $service := include "mining.topology" . | fromYaml -}}
  {{- $_ := set $subjects $name (include "mining.subject" (dict "root" $root "name" $name)) -}}
{{- end -}}
{{- $_ := set $cluster "Services" $subjects -}}
{{- $roles := dict -}}
{{- if .Values.tests.enabled -}}
  {{- $_ := set $roles "officer" (include "mining.subject" (dict "root" . "name" "test")) -}}
  {{- $_ := set $cluster "Sides" (list .Values.tests.side) -}}
{{- end -}}
{{- if .Values.verification.enabled -}}
  {{- $_ := set $roles "auditor" (include "mining.subject" (dict "root" . "name" "verification")) -}}
{{- end -}}
{{- with $roles }}{{ $_ := set $cluster "Roles" . }}{{ end -}}
{{- with $identity.cluster.metadataAddress }}{{ $_ := set $cluster "MetadataAddress" . }}{{ end -}}
{{- if $identity.cluster.certificateAuthority }}{{ $_ := set $cluster "CertificateAuthorityFile" "/etc/mining/cluster/ca.crt" }}{{ end -}}
{{- $_ := set $issuers "cluster" $cluster -}}
{{- dict "Mesh" (dict "Identity" (dict "Issuers" $issuers)) | toJson -}}
{{- end -}}

{{- define "mining.subject" -}}
system:serviceaccount:{{ .root.Release.Namespace }}:{{ include "mining.fullname" .root }}-{{ .name }}
{{- end -}}

{{/* Settings file of a service: authentication, merged with the settings in the values. */}}
{{- define "mining.settings" -}}
{{- mustMergeOverwrite (include "mining.identitySettings" .root | fromJson) (deepCopy .values.settings) | mustToPrettyJson -}}
{{- end -}}

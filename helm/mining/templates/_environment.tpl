{{/* Where a service's database is: a secret's key, or a file on its volume. */}}
{{- define "mining.databaseEnvironment" -}}
{{- $database := .root.Values.database -}}
- name: ConnectionStrings__Database
{{- if eq $database.kind "sqlite" }}
  value: Data Source=/data/{{ .name }}.db
{{- else }}
  valueFrom:
    secretKeyRef:
      name: {{ default $database.secretName (get . "secretName") }}
      key: {{ .name }}
{{- end }}
{{- end -}}

{{/* OpenTelemetry's own settings; without an endpoint nothing is made. */}}
{{- define "mining.telemetryEnvironment" -}}
{{- with .root.Values.telemetry.endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: k8s.namespace.name={{ $.root.Release.Namespace }},k8s.deployment.name={{ include "mining.fullname" $.root }}-{{ $.name }}
{{- end }}
{{- range $key, $value := .root.Values.telemetry.settings }}
- name: {{ $key }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}

{{/* Everything that a service is told by its environment. What has structure is in the settings file beside it. */}}
{{- define "mining.environment" -}}
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
      name: {{ $root.Values.pageTokenKey.secretName }}
      key: {{ $root.Values.pageTokenKey.key }}
{{- if ne .name "gateway" }}
- name: Mesh__Audit__SigningKeyFile
  value: /etc/mining/audit/signing-key.pem
{{- end }}
{{- if .service.follows }}
- name: APP_API_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ $root.Values.dapr.appTokenSecretName }}
      key: token
{{- end }}
- name: DAPR_API_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ $root.Values.dapr.apiTokenSecretName }}
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
{{ include "mining.runtimeEnvironment" $root }}
{{- with .values.environment }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The part of the settings file that says who may call. */}}
{{- define "mining.identitySettings" -}}
{{- $root := . -}}
{{- $identity := .Values.identity -}}
{{- $issuers := dict -}}
{{- range $alias, $given := $identity.issuers -}}
  {{- $issuer := dict "Issuer" $given.issuer -}}
  {{- range $key, $setting := dict "audience" "Audience" "metadataAddress" "MetadataAddress" "sides" "Sides" "sideClaim" "SideClaim"
        "organisationClaim" "OrganisationClaim" "rolesClaim" "RolesClaim" "roles" "Roles" -}}
    {{- with index $given $key }}{{ $_ := set $issuer $setting . }}{{ end -}}
  {{- end -}}
  {{- with $given.certificateAuthoritySecret }}{{ $_ := set $issuer "CertificateAuthorityFile" (printf "/etc/mining/issuers/%s/ca.crt" .) }}{{ end -}}
  {{- $_ := set $issuers $alias $issuer -}}
{{- end -}}
{{- /* Service-account tokens have no roles: the subject itself stands for one. */ -}}
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
{{- if $identity.cluster.clusterAuthority }}{{ $_ := set $cluster "CertificateAuthorityFile" "/etc/mining/cluster/ca.crt" }}{{ end -}}
{{- $_ := set $issuers "cluster" $cluster -}}
{{- dict "Mesh" (dict "Identity" (dict "Issuers" $issuers)) | toJson -}}
{{- end -}}

{{- define "mining.subject" -}}
system:serviceaccount:{{ .root.Release.Namespace }}:{{ include "mining.fullname" .root }}-{{ .name }}
{{- end -}}

{{/* The settings file of a service. */}}
{{- define "mining.settings" -}}
{{- mustMergeOverwrite (include "mining.identitySettings" .root | fromJson) (deepCopy .values.settings) | mustToPrettyJson -}}
{{- end -}}

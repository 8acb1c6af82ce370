{{/* Restricted pod security, for every pod that the chart makes. */}}
{{- define "mining.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .Values.podSecurity.user | int64 }}
  runAsGroup: {{ .Values.podSecurity.user | int64 }}
  fsGroup: {{ .Values.podSecurity.user | int64 }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{- define "mining.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{/* The runtime writes nothing but what a library puts into /tmp. */}}
{{- define "mining.runtimeEnvironment" -}}
- name: DOTNET_EnableDiagnostics
  value: "0"
# The client of SQL Server needs ICU, and the images have it.
- name: DOTNET_SYSTEM_GLOBALIZATION_INVARIANT
  value: "0"
- name: TMPDIR
  value: /tmp
{{- end -}}

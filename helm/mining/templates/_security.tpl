{{/* Pod security context for the restricted standard, used by all pods of the chart. */}}
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

{{/* Settings of the .NET runtime for a read-only root file system: only /tmp is writable. */}}
{{- define "mining.runtimeEnvironment" -}}
- name: DOTNET_EnableDiagnostics
  value: "0"
# The SQL Server client requires ICU, which the images contain.
- name: DOTNET_SYSTEM_GLOBALIZATION_INVARIANT
  value: "0"
- name: TMPDIR
  value: /tmp
{{- end -}}

{{- define "mining.name" -}}
{{- default .Chart.Name .Values.nameOverride -}}
{{- end -}}

{{/* Prefix of all object names. At most 39 characters, because a CronJob's name has at most 52 and "-verification" takes 13. */}}
{{- define "mining.fullname" -}}
{{- $name := include "mining.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | trunc 39 | trimAll "-" -}}
{{- end -}}

{{/* Labels of an object. The chart's labels take precedence over "labels", and those over commonLabels. */}}
{{- define "mining.labels" -}}
{{- $chart := dict "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_")
      "app.kubernetes.io/version" .root.Chart.AppVersion "app.kubernetes.io/managed-by" .root.Release.Service
      "app.kubernetes.io/part-of" "mining" -}}
{{- mergeOverwrite (deepCopy .root.Values.commonLabels) (default dict .labels) $chart (include "mining.selector" . | fromYaml) | toYaml -}}
{{- end -}}

{{- define "mining.selector" -}}
app.kubernetes.io/name: {{ include "mining.name" .root | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
{{- with .name }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{/* Reference of a mesh image: by digest if the values have one, otherwise by tag. */}}
{{- define "mining.image" -}}
{{- $image := .root.Values.image -}}
{{- $registry := default $image.registry .root.Values.global.imageRegistry -}}
{{- $repository := printf "%s%s" $image.prefix .name -}}
{{- with $registry }}{{ trimSuffix "/" . }}/{{ end -}}
{{- $repository -}}
{{- with index $image.digests .name }}@{{ . }}{{ else }}:{{ default .root.Chart.AppVersion $image.tag }}{{ end -}}
{{- end -}}

{{- define "mining.pullSecrets" -}}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* URL of a service for the other services. It resolves to all replicas, because the Service is headless. */}}
{{- define "mining.address" -}}
{{- $ports := include "mining.ports" . | fromYaml -}}
{{ ternary "https" "http" (ne .root.Values.tls.secretName "") }}://{{ include "mining.fullname" .root }}-{{ .name }}.{{ .root.Release.Namespace }}.svc.{{ .root.Values.clusterDomain }}:{{ $ports.api }}
{{- end -}}

{{- define "mining.name" -}}
{{- default .Chart.Name .Values.nameOverride -}}
{{- end -}}

{{/* The start of every name: at most 39 characters, because a CronJob's name has at most 52 and "-verification" takes 13. */}}
{{- define "mining.fullname" -}}
{{- $name := include "mining.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | trunc 39 | trimAll "-" -}}
{{- end -}}

{{/* Labels of an object: the chart's own, "labels", and those of all objects. Each key stands once. */}}
{{- define "mining.labels" -}}
{{- $own := dict "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_")
      "app.kubernetes.io/version" .root.Chart.AppVersion "app.kubernetes.io/managed-by" .root.Release.Service
      "app.kubernetes.io/part-of" "mining" -}}
{{- mergeOverwrite (deepCopy .root.Values.commonLabels) (default dict .labels) $own (include "mining.selector" . | fromYaml) | toYaml -}}
{{- end -}}

{{- define "mining.selector" -}}
app.kubernetes.io/name: {{ include "mining.name" .root | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
{{- with .name }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{/* An image of ours, by digest where one is given. */}}
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

{{/* Where the others reach a service: its headless name, so that a client sees each replica. */}}
{{- define "mining.address" -}}
{{- $ports := include "mining.ports" . | fromYaml -}}
{{ ternary "https" "http" (ne .root.Values.tls.secretName "") }}://{{ include "mining.fullname" .root }}-{{ .name }}.{{ .root.Release.Namespace }}.svc.{{ .root.Values.clusterDomain }}:{{ $ports.api }}
{{- end -}}

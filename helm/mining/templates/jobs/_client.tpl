{{/* A pod of the command line: it calls the gateway as anybody else does, with a token of its own where tokens are demanded. */}}
{{- define "mining.clientPod" -}}
serviceAccountName: {{ include "mining.fullname" .root }}-{{ .name }}
{{- include "mining.pullSecrets" .root }}
{{ include "mining.podSecurity" .root }}
restartPolicy: Never
containers:
  - name: mining
    image: {{ include "mining.image" (dict "root" .root "name" "cli") }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    {{- include "mining.containerSecurity" .root | nindent 4 }}
    args: {{ toJson .arguments }}
    env:
      - name: MINING_ADDRESS
        value: {{ ternary "https" "http" (ne .root.Values.tls.secretName "") }}://{{ include "mining.fullname" .root }}-gateway.{{ .root.Release.Namespace }}.svc.{{ .root.Values.clusterDomain }}:{{ .root.Values.gatewayService.port }}
      - name: NO_COLOR
        value: "1"
      {{- if .root.Values.identity.enabled }}
      - name: MINING_TOKEN_FILE
        value: /var/run/secrets/mining/token
      {{- end }}
      {{- include "mining.runtimeEnvironment" .root | nindent 6 }}
    resources:
      {{- toYaml .resources | nindent 6 }}
    volumeMounts:
      - { name: tmp, mountPath: /tmp }
      {{- if .root.Values.identity.enabled }}
      - { name: token, mountPath: /var/run/secrets/mining, readOnly: true }
      {{- end }}
      {{- with .data }}
      - { name: data, mountPath: /data, readOnly: true }
      {{- end }}
volumes:
  - name: tmp
    emptyDir: { sizeLimit: 64Mi }
  {{- if .root.Values.identity.enabled }}
  {{- include "mining.tokenVolume" .root | nindent 2 }}
  {{- end }}
  {{- with .data }}
  - name: data
    configMap: { name: {{ . }} }
  {{- end }}
{{- end -}}

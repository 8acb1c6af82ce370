{{/* Pod that runs the command line. It calls the gateway like any other client, with its service account token. */}}
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
    args: {{ concat .arguments (list "--token-file" "/var/run/secrets/mining/token") | toJson }}
    env:
      - name: MINING_ADDRESS
        value: {{ ternary "https" "http" (ne .root.Values.tls.secretName "") }}://{{ include "mining.fullname" .root }}-gateway.{{ .root.Release.Namespace }}.svc.{{ .root.Values.clusterDomain }}:{{ .root.Values.gatewayService.port }}
      - name: NO_COLOR
        value: "1"
      {{- if and .root.Values.tls.secretName .root.Values.tls.certificateAuthority }}
      - name: SSL_CERT_FILE
        value: /etc/mining/tls/ca.crt
      {{- end }}
      {{- include "mining.runtimeEnvironment" .root | nindent 6 }}
    resources:
      {{- toYaml .resources | nindent 6 }}
    volumeMounts:
      - { name: tmp, mountPath: /tmp }
      - { name: token, mountPath: /var/run/secrets/mining, readOnly: true }
      {{- if and .root.Values.tls.secretName .root.Values.tls.certificateAuthority }}
      - { name: tls, mountPath: /etc/mining/tls, readOnly: true }
      {{- end }}
      {{- with .data }}
      - { name: data, mountPath: /data, readOnly: true }
      {{- end }}
volumes:
  - name: tmp
    emptyDir: { sizeLimit: 64Mi }
  {{- include "mining.tokenVolume" .root | nindent 2 }}
  {{- if and .root.Values.tls.secretName .root.Values.tls.certificateAuthority }}
  # Only the certificate authority, because a client does not need the key.
  - name: tls
    secret:
      secretName: {{ .root.Values.tls.secretName | quote }}
      items:
        - { key: ca.crt, path: ca.crt }
  {{- end }}
  {{- with .data }}
  - name: data
    configMap: { name: {{ . }} }
  {{- end }}
{{- end -}}

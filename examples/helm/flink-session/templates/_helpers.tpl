{{/* The labels of one role's pods. */}}
{{- define "flink.labels" -}}
app.kubernetes.io/name: flink
app.kubernetes.io/instance: {{ .release }}
app.kubernetes.io/component: {{ .role }}
{{- end }}

{{/* The environment from which the image's entry point writes Flink's configuration. */}}
{{- define "flink.environment" -}}
- name: FLINK_PROPERTIES
  valueFrom:
    configMapKeyRef: { name: {{ .Release.Name }}-options, key: options }
{{- end }}

{{- define "flink.mounts" -}}
{{- with .Values.folder }}
volumeMounts:
  - { name: folder, mountPath: {{ . }} }
{{- end }}
{{- end }}

{{- define "flink.volumes" -}}
{{- with .Values.folder }}
volumes:
  - { name: folder, hostPath: { path: {{ . }} } }
{{- end }}
{{- end }}

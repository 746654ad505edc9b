/** Writes all metrics as Prometheus reads them. */
export interface MetricsText {
  readonly contentType: string;
  write(): Promise<string>;
}

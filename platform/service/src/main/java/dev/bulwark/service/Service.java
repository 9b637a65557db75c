package dev.bulwark.service;

/** An AWS service of this installation. */
public interface Service {
  /** Its operations: what each is authorized against, and who handles it. */
  ServiceTable table();
}

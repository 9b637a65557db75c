/**
 * The messages between CloudHSM clusters and their clients, for both sides. They go over TLS 1.3
 * with certificates on both sides; docs/services/cloudhsm.md tells the rest.
 */
@NullMarked
package dev.bulwark.cloudhsm.protocol;

import org.jspecify.annotations.NullMarked;

/**
 * Clusters as applications reach them: a port with mutual TLS, over which crypto users log in and
 * use their keys.
 */
@NullMarked
package dev.bulwark.encryption.cloudhsm.front;

import org.jspecify.annotations.NullMarked;

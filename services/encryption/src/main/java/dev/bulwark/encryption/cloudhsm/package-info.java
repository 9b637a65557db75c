/**
 * AWS CloudHSM: {@link dev.bulwark.encryption.cloudhsm.CloudHsmService} is the table of its
 * operations, {@link dev.bulwark.encryption.cloudhsm.ClusterUsers} who uses the keys inside.
 */
@NullMarked
package dev.bulwark.encryption.cloudhsm;

import org.jspecify.annotations.NullMarked;

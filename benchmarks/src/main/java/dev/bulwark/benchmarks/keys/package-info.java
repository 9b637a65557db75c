/** What keys of KMS cost. */
package dev.bulwark.benchmarks.keys;

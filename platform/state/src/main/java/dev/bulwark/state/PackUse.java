package dev.bulwark.state;

/**
 * What the rows say of a pack.
 *
 * @param live how many bytes of it they refer to, records' heads and owners included
 * @param end after the last record that was ever referred to
 */
record PackUse(int pack, long live, int end) {}

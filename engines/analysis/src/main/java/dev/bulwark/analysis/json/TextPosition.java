package dev.bulwark.analysis.json;

/**
 * A place in a text.
 *
 * @param line from 1
 * @param column from 0
 * @param offset from 0
 */
public record TextPosition(int line, int column, int offset) {}

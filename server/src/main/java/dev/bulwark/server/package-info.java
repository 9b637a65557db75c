/** The composition root, the HTTP front and the command line. */
@NullMarked
package dev.bulwark.server;

import org.jspecify.annotations.NullMarked;

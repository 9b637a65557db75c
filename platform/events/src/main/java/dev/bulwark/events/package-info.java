/** The two durable streams that every observer feeds on: API calls, and changes of resources. */
@NullMarked
package dev.bulwark.events;

import org.jspecify.annotations.NullMarked;

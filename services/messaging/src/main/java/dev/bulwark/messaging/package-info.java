/** What carries news from one program to another: queues, topics and event buses. */
@NullMarked
package dev.bulwark.messaging;

import org.jspecify.annotations.NullMarked;

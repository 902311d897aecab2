/** Every operation on RDDs of numbers. */
import './approximate'
import './histogram'
import './stats'
import './sum'

/** Every action that needs no pairs and no numbers. */
import './collect'
import './count'
import './run-on-partitions'
import './take'

/** Every output operation. */
import './foreach-rdd'
import './print'
